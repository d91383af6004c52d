// Who is calling. One interface; how identity is proven is behind it.
#ifndef TACIT_SERVER_AUTHENTICATE_H_
#define TACIT_SERVER_AUTHENTICATE_H_

#include <map>
#include <set>
#include <string>

#include "absl/status/statusor.h"

namespace tacit {

enum class Role { kAnalyst, kCurator };

struct Principal {
  std::string name;
  Role role = Role::kAnalyst;
};

// Request metadata, as gRPC delivers it.
using CallMetadata = std::multimap<std::string, std::string>;

class Authenticator {
 public:
  virtual ~Authenticator() = default;
  // Error: kUnauthenticated, one fixed sentence.
  virtual absl::StatusOr<Principal> Authenticate(const CallMetadata& metadata) const = 0;
};

// Believes the name in `tacit-dev-user`. For loopback and the explicit development flag only: it
// proves nothing. The role is the server's word: names in `curators` are curators, all others
// analysts.
class DevelopmentAuthenticator final : public Authenticator {
 public:
  explicit DevelopmentAuthenticator(std::set<std::string> curators)
      : curators_(std::move(curators)) {}
  absl::StatusOr<Principal> Authenticate(const CallMetadata& metadata) const override;

 private:
  const std::set<std::string> curators_;
};

// Names of people: 1 to 64 of letters, digits and "._@-", not "*".
bool IsPersonName(const std::string& name);

}  // namespace tacit

#endif  // TACIT_SERVER_AUTHENTICATE_H_
