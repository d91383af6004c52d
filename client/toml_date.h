// A day as a policy writes it.
#ifndef TACIT_CLIENT_TOML_DATE_H_
#define TACIT_CLIENT_TOML_DATE_H_

#include <optional>
#include <string>

#include "client/toml_reader.h"

namespace tacit::client {

// YYYY-MM-DD of a TOML date; a text as it is, for the server to read. nullopt: neither.
std::optional<std::string> DateText(const toml::node& node);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_TOML_DATE_H_
