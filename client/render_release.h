// An answer as a table for people, or exactly, with both ends of each interval, for programs.
//
// For programs an answer column `x` becomes three, `x`, `x_low` and `x_high`; a name that comes
// twice gets a number ("count_2"), so that names are keys.
#ifndef TACIT_CLIENT_RENDER_RELEASE_H_
#define TACIT_CLIENT_RENDER_RELEASE_H_

#include <string>
#include <vector>

#include "client/render.h"
#include "tacit/v1/dataset.pb.h"
#include "tacit/v1/query.pb.h"

namespace tacit::client {

// Numbers with their half width, what is chosen by rank without; on a terminal with several rows a
// bar for each answer, whiskers marking its interval.
std::string RenderRelease(const v1::Release& release, const Style& style);

// A header line and a line a row.
std::string ReleaseCsv(const v1::Release& release);
// One JSON object a row.
std::vector<std::string> ReleaseJsonRows(const v1::Release& release);

// The text of a value for people ("NULL" for none), and as JSON.
std::string ScalarText(const v1::Scalar& scalar);
std::string ScalarJson(const v1::Scalar& scalar);

// "boolean", "integer", "real", "text".
std::string_view ColumnTypeName(v1::Column::Type type);

// Everything about how a statistic was noised, as JSON.
std::string StatisticJson(const v1::Statistic& statistic);

// How groups were chosen, as JSON; null when all of them were public.
std::string SelectionJson(bool is_private, const v1::GroupSelection& selection);

struct BarRange {
  double lower = 0;
  double upper = 0;
};
// 24 columns wide: a bar from 0 to `value`, over it the interval as a line with ends.
std::string WhiskerBar(double value, const v1::Interval& interval, const BarRange& range,
                       bool has_unicode);

// How far from the rank asked for a value chosen by rank may be, a line a statistic; empty without.
std::string RankErrorText(const google::protobuf::RepeatedPtrField<v1::Statistic>& statistics);

// What was drawn anew for a top-up, a line a statistic, each led by `lead`; empty without one.
std::string TopUpText(std::string_view lead, bool is_top_up, const v1::TopUp& top_up);
std::string TopUpJson(bool is_top_up, const v1::TopUp& top_up);

// Whose people it was charged to, a line led by `lead`; empty where a dataset has no cells.
std::string ChargedCellsText(std::string_view lead, bool has_cells,
                             const v1::ChargedCells& charged);
// Into which disjoint cells a dataset's people fall, alike.
std::string CellsText(std::string_view lead, const v1::Dataset& dataset);
std::string ChargedCellsJson(bool has_cells, const v1::ChargedCells& charged);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_RENDER_RELEASE_H_
