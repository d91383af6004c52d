// Budgets as burn-down bars.
#ifndef TACIT_CLIENT_RENDER_BUDGET_H_
#define TACIT_CLIENT_RENDER_BUDGET_H_

#include <string>

#include "client/render.h"
#include "tacit/v1/budget.pb.h"
#include "tacit/v1/query.pb.h"

namespace tacit::client {

// "[####......] 1.2 of 3 left": what is left, of ten. Only an untouched budget shows all ten, and
// only an empty one shows none. Green, yellow below a half, red below a tenth.
std::string BudgetBar(const v1::BudgetState& state, const Style& style);
std::string BudgetBar(const std::string& remaining, const std::string& whole, const Style& style);

// "epsilon 0.5", with the delta where there is one.
std::string CostText(const v1::Cost& cost);
std::string CostJson(const v1::Cost& cost);
std::string BudgetStateJson(const v1::BudgetState& state);
// A JSON array of what is counted.
std::string TracksJson(const v1::BudgetState& state);

// True for a decimal text without a digit but 0; false for an empty text.
bool IsZeroText(std::string_view decimal);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_RENDER_BUDGET_H_
