// Numbers as text: exact for programs, no more digits than the noise leaves for people.
#ifndef TACIT_CLIENT_RENDER_NUMBER_H_
#define TACIT_CLIENT_RENDER_NUMBER_H_

#include <string>
#include <string_view>

namespace tacit::client {

// The shortest decimal text that reads back as the same double; "inf", "-inf" or "nan" otherwise.
// Minus zero is "0".
std::string ShortestText(double value);

// Three significant digits, for sizes that need no more.
std::string BriefText(double value);

struct Estimated {
  double value = 0;
  double half_width = 0;
  bool is_whole = false;  // a count: never shown with decimals
};

// "6371 ± 30": half width to two significant digits, rounded up; the value to the same place.
// `plus_minus` is "±" or "+/-". A half width of zero gives the exact value alone.
std::string EstimatedText(const Estimated& estimated, std::string_view plus_minus);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_RENDER_NUMBER_H_
