#include "server/authenticate.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "accountant/refusal.h"

namespace tacit {
namespace {

constexpr char kUserKey[] = "tacit-dev-user";
constexpr size_t kNameBytesMax = 64;

}  // namespace

bool IsPersonName(const std::string& name) {
  return !name.empty() && name.size() <= kNameBytesMax &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '@' || c == '-';
         });
}

absl::StatusOr<Principal> DevelopmentAuthenticator::Authenticate(
    const CallMetadata& metadata) const {
  const auto [first, last] = metadata.equal_range(kUserKey);
  const bool exactly_one = first != last && std::next(first) == last;
  if (!exactly_one || !IsPersonName(first->second)) {
    return Refuse(Reason::kUnauthenticated, "the call does not say who you are",
                  {.fix = "send one name as metadata tacit-dev-user (tacit --user NAME)"});
  }
  const bool curator = curators_.contains(first->second);
  return Principal{first->second, curator ? Role::kCurator : Role::kAnalyst};
}

}  // namespace tacit
