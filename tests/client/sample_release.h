// A release with a nullable text key, a hostile label and two answers of the same name.
#ifndef TACIT_TESTS_CLIENT_SAMPLE_RELEASE_H_
#define TACIT_TESTS_CLIENT_SAMPLE_RELEASE_H_

#include "tacit/v1/query.pb.h"

namespace tacit::client {

inline v1::Release SampleRelease() {
  v1::Release release;
  v1::ReleaseColumn* key = release.add_columns();
  key->set_name("trt");
  key->set_type(v1::Column::TYPE_TEXT);
  for (const auto type : {v1::Column::TYPE_INTEGER, v1::Column::TYPE_REAL}) {
    v1::ReleaseColumn* column = release.add_columns();
    column->set_name("n");
    column->set_type(type);
    column->add_statistics(0);
  }
  const auto add = [&](const char* label, int64_t count, double mean) {
    v1::ReleaseRow* row = release.add_rows();
    v1::Cell* cell = row->add_cells();
    if (label != nullptr) cell->mutable_value()->set_text(label);
    cell = row->add_cells();
    cell->mutable_value()->set_integer(count);
    cell->mutable_interval()->set_low(static_cast<double>(count) - 29.957);
    cell->mutable_interval()->set_high(static_cast<double>(count) + 29.957);
    cell = row->add_cells();
    cell->mutable_value()->set_real(mean);
    cell->mutable_interval()->set_low(mean - 0.25);
    cell->mutable_interval()->set_high(mean + 0.5);
  };
  add("placebo", 400, 2.5);
  add("a,\x1b[31m\"b\"", -12, 1.0 / 3);
  add(nullptr, 100, 0.1);
  release.set_confidence(0.95);
  release.set_data_version(3);
  release.set_policy_version(2);
  return release;
}

}  // namespace tacit::client

#endif  // TACIT_TESTS_CLIENT_SAMPLE_RELEASE_H_
