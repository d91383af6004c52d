// LIKE and the functions of text, over the strings of dictionaries rather than over rows.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "accountant/check.h"
#include "engine/execute/by_code.h"
#include "engine/execute/evaluate.h"
#include "engine/execute/owned_dictionary.h"
#include "engine/execute/result_buffer.h"
#include "engine/plan/nodes/text.h"

namespace tacit {
namespace {

size_t VaryingCount(const Expression& function) {
  size_t count = 0;
  for (const ExpressionPtr& argument : function.arguments) {
    count += argument->kind == ExpressionKind::kLiteral ? 0 : 1;
  }
  return count;
}

// A function of a function of ... a text, worked out in one go, so that no text between is kept.
class Chain {
 public:
  explicit Chain(const Expression& outermost) : innermost_(&outermost) {
    while (IsOfText(innermost_->kind) && VaryingCount(*innermost_) == 1) {
      functions_.emplace_back(*innermost_);
      innermost_ = VaryingArgument(*innermost_).get();
    }
  }

  // What the chain starts from.
  const Expression& innermost() const { return *innermost_; }

  Value Of(std::string_view text) const {
    Value value = std::string(text);
    for (size_t i = functions_.size(); i-- > 0;) {
      value = functions_[i].Of(std::get<std::string>(value));
    }
    return value;
  }

 private:
  const Expression* innermost_;
  std::vector<TextFunction> functions_;  // from the outermost
};

std::vector<std::string_view> ViewsOf(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

std::vector<std::string> MappedTexts(const Chain& chain, const Dictionary& dictionary) {
  std::vector<std::string> texts;
  for (uint32_t code = 0; code < dictionary.size(); ++code) {
    texts.push_back(std::get<std::string>(chain.Of(dictionary.At(code))));
  }
  return texts;
}

class MappedText final : public RowExpression {
 public:
  MappedText(const Chain& chain, RowExpressionPtr text)
      : RowExpression(ValueType::kText),
        texts_(ViewsOf(MappedTexts(chain, *text->dictionary()))),
        codes_(ValueType::kText, std::move(text), texts_.codes()) {}

  const Dictionary* dictionary() const override { return &texts_.dictionary(); }
  ValueVector Evaluate(const RowSet& rows) override { return codes_.Evaluate(rows); }

 private:
  const OwnedDictionary texts_;
  ByCode<uint32_t> codes_;
};

// Two texts joined. The pairs that the table's rows have, before WHERE, are joined once each: never
// more than there are rows, where the product of two dictionaries has no such bound.
class JoinedPair final : public RowExpression {
 public:
  JoinedPair(const Expression& join, const ScanColumns& columns) : RowExpression(ValueType::kText) {
    for (const ExpressionPtr& argument : join.arguments) {
      const bool is_literal = argument->kind == ExpressionKind::kLiteral;
      literals_.push_back(is_literal ? std::get<std::string>(argument->literal) : "");
      if (!is_literal) {
        places_.push_back(literals_.size() - 1);
        varying_.push_back(Prepare(*argument, columns));
      }
    }
    TACIT_CHECK(varying_.size() == 2);
    JoinAll(columns.row_count());
  }

  const Dictionary* dictionary() const override { return &texts_->dictionary(); }

  ValueVector Evaluate(const RowSet& rows) override {
    result_.Start();
    ForEachPair(rows, [&](int i, uint64_t pair, bool has_value) {
      result_.Set(i, has_value ? code_of_pair_.at(pair) : 0, has_value);
    });
    return result_.Vector();
  }

 private:
  template <typename Visit>
  void ForEachPair(const RowSet& rows, Visit visit) {
    const ValueVector left = varying_[0]->Evaluate(rows);
    const ValueVector right = varying_[1]->Evaluate(rows);
    for (int i = 0; i < rows.count; ++i) {
      const bool has_left = left.valid == nullptr || left.valid[i] != 0;
      const bool has_right = right.valid == nullptr || right.valid[i] != 0;
      visit(i, uint64_t{left.codes[i]} << 32 | right.codes[i], has_left && has_right);
    }
  }

  std::string Join(uint64_t pair) const {
    std::vector<std::string_view> parts(literals_.begin(), literals_.end());
    parts[places_[0]] = varying_[0]->dictionary()->At(static_cast<uint32_t>(pair >> 32));
    parts[places_[1]] = varying_[1]->dictionary()->At(static_cast<uint32_t>(pair));
    return JoinTexts(parts);
  }

  void JoinAll(int64_t row_count) {
    std::vector<std::string> joined;
    for (int64_t first = 0; first < row_count; first += kBatchRowsMax) {
      const int64_t count = std::min<int64_t>(kBatchRowsMax, row_count - first);
      const RowSet rows{.first = first, .count = static_cast<int>(count)};
      ForEachPair(rows, [&](int, uint64_t pair, bool has_value) {
        if (!has_value) return;
        const auto place = static_cast<uint32_t>(joined.size());
        if (code_of_pair_.try_emplace(pair, place).second) joined.push_back(Join(pair));
      });
    }
    texts_ = std::make_unique<OwnedDictionary>(ViewsOf(joined));
    for (auto& [pair, code] : code_of_pair_) code = texts_->codes()[code];
  }

  std::vector<std::string> literals_;  // by argument; empty where it is not one
  std::vector<size_t> places_;         // of the other two
  std::vector<RowExpressionPtr> varying_;
  absl::flat_hash_map<uint64_t, uint32_t> code_of_pair_;
  std::unique_ptr<OwnedDictionary> texts_;
  ResultBuffer<uint32_t> result_;
};

}  // namespace

RowExpressionPtr PrepareOfText(const Expression& expression, const ScanColumns& columns) {
  if (VaryingCount(expression) == 2) return std::make_unique<JoinedPair>(expression, columns);
  const Chain chain(expression);
  RowExpressionPtr text = Prepare(chain.innermost(), columns);
  TACIT_CHECK(text->type() == ValueType::kText);
  switch (expression.type) {
    case ValueType::kBool:
      return std::make_unique<ByCode<uint8_t>>(
          ValueType::kBool, std::move(text),
          [&](std::string_view one) -> uint8_t { return std::get<bool>(chain.Of(one)) ? 1 : 0; });
    case ValueType::kInt64:
      return std::make_unique<ByCode<int64_t>>(
          ValueType::kInt64, std::move(text),
          [&](std::string_view one) { return std::get<int64_t>(chain.Of(one)); });
    default:
      TACIT_CHECK(expression.type == ValueType::kText);
      return std::make_unique<MappedText>(chain, std::move(text));
  }
}

}  // namespace tacit
