// The shared table of published and recomputed numbers, as rows that handlers check.
#ifndef TACIT_TESTS_ACCOUNTANT_LOSS_ACCOUNTING_VECTORS_H_
#define TACIT_TESTS_ACCOUNTANT_LOSS_ACCOUNTING_VECTORS_H_

#include <optional>
#include <string>
#include <vector>

#include "accountant/loss/mechanism_loss.h"
#include "accountant/loss/units.h"

namespace tacit {

struct Vector {
  std::string name;
  std::string mechanism;
  std::string parameters;  // one JSON object
  std::string quantity;
  double expected = 0;
  double tolerance = 0;

  bool Says(const std::string& text) const;  // in its name or its parameters
  std::optional<double> Find(const std::string& key) const;
  double Get(const std::string& key, double otherwise = 0) const;
  // All numbers of the array of this key, nested ones too.
  std::vector<double> List(const std::string& key) const;
};

// nullopt: the table is not here. It lies below TACIT_SHARED, else beside the checkout.
std::optional<std::vector<Vector>> ReadAccountingVectors();

// What a row with this mechanism and quantity means for the numerics.
struct Handler {
  std::string mechanism;
  std::string quantity;
  void (*check)(const Vector&) = nullptr;
};

std::vector<Handler> GaussianHandlers();
std::vector<Handler> SelectionHandlers();
std::vector<Handler> RenyiHandlers();
std::vector<Handler> BatchHandlers();
std::vector<Handler> DistributionHandlers();
std::vector<Handler> FilterHandlers();

// EXPECTs `value` within the row's tolerance, or `more` where rounding of a bound asks for it.
void ExpectNear(const Vector& vector, double value, double more = 0);

Epsilon Eps(double value);
Delta Del(double value);
double Nats(const std::optional<Epsilon>& epsilon);  // infinity for none
LaplaceScale Scale(double value, int shift);         // at least

}  // namespace tacit

#endif  // TACIT_TESTS_ACCOUNTANT_LOSS_ACCOUNTING_VECTORS_H_
