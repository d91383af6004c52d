// Where an expression keeps the results of one batch.
#ifndef TACIT_ENGINE_EXECUTE_RESULT_BUFFER_H_
#define TACIT_ENGINE_EXECUTE_RESULT_BUFFER_H_

#include <array>
#include <cstdint>

#include "engine/execute/evaluate.h"

namespace tacit {

inline void PointAt(ValueVector& vector, const int64_t* values) { vector.integers = values; }
inline void PointAt(ValueVector& vector, const double* values) { vector.floats = values; }
inline void PointAt(ValueVector& vector, const uint8_t* values) { vector.booleans = values; }
inline void PointAt(ValueVector& vector, const uint32_t* values) { vector.codes = values; }

// Values of one C++ type: 0 and not valid where there is none.
template <typename T>
class ResultBuffer {
 public:
  void Start() { all_valid_ = 1; }
  void Set(int i, T value, bool has_value) {
    values_[i] = has_value ? value : T{0};
    valid_[i] = has_value ? 1 : 0;
    all_valid_ &= valid_[i];
  }
  ValueVector Vector() const {
    ValueVector vector;
    PointAt(vector, values_.data());
    if (!all_valid_) vector.valid = valid_.data();
    return vector;
  }

 private:
  std::array<T, kBatchRowsMax> values_;
  std::array<uint8_t, kBatchRowsMax> valid_;
  uint8_t all_valid_ = 1;
};

}  // namespace tacit

#endif  // TACIT_ENGINE_EXECUTE_RESULT_BUFFER_H_
