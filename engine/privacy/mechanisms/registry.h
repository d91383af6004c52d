// Every mechanism the server can use, one line each.
#ifndef TACIT_ENGINE_PRIVACY_MECHANISMS_REGISTRY_H_
#define TACIT_ENGINE_PRIVACY_MECHANISMS_REGISTRY_H_

#include "absl/types/span.h"
#include "engine/privacy/mechanisms/mechanism.h"

namespace tacit {

absl::Span<const Mechanism* const> AllMechanisms();

}  // namespace tacit

#endif  // TACIT_ENGINE_PRIVACY_MECHANISMS_REGISTRY_H_
