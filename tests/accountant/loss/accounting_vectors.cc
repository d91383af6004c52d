#include "tests/accountant/loss/accounting_vectors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>

#include "absl/strings/numbers.h"

namespace tacit {
namespace {

std::vector<std::string> Fields(const std::string& line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    if (quoted && line[i] == '"' && i + 1 < line.size() && line[i + 1] == '"') {
      fields.back().push_back(line[++i]);
    } else if (line[i] == '"') {
      quoted = !quoted;
    } else if (line[i] == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back().push_back(line[i]);
    }
  }
  return fields;
}

}  // namespace

bool Vector::Says(const std::string& text) const {
  return name.find(text) != std::string::npos || parameters.find(text) != std::string::npos;
}

std::optional<double> Vector::Find(const std::string& key) const {
  const std::string quoted = "\"" + key + "\":";
  const size_t at = parameters.find(quoted);
  if (at == std::string::npos) return std::nullopt;
  return std::strtod(parameters.c_str() + at + quoted.size(), nullptr);
}

double Vector::Get(const std::string& key, double otherwise) const {
  return Find(key).value_or(otherwise);
}

std::vector<double> Vector::List(const std::string& key) const {
  const std::string quoted = "\"" + key + "\":[";
  std::vector<double> numbers;
  size_t at = parameters.find(quoted);
  if (at == std::string::npos) return numbers;
  int depth = 1;
  for (at += quoted.size(); depth > 0 && at < parameters.size();) {
    const char next = parameters[at];
    if (next == '[' || next == ']') depth += next == '[' ? 1 : -1;
    if (next == '[' || next == ']' || next == ',' || next == ' ') {
      ++at;
      continue;
    }
    char* end = nullptr;
    numbers.push_back(std::strtod(parameters.c_str() + at, &end));
    at = std::max<size_t>(at + 1, static_cast<size_t>(end - parameters.c_str()));
  }
  return numbers;
}

std::optional<std::vector<Vector>> ReadAccountingVectors() {
  const char* named = std::getenv("TACIT_SHARED");
  const std::string root = named != nullptr ? named : TACIT_SOURCE_DIR "/../shared";
  std::ifstream file(root + "/vectors/accounting.csv");
  if (!file) return std::nullopt;
  std::vector<Vector> all;
  std::string line;
  std::getline(file, line);
  while (std::getline(file, line)) {
    const std::vector<std::string> fields = Fields(line);
    Vector vector;
    if (fields.size() < 6 || !absl::SimpleAtod(fields[4], &vector.expected) ||
        !absl::SimpleAtod(fields[5], &vector.tolerance)) {
      ADD_FAILURE() << "not a row: " << line;
      continue;
    }
    vector.name = fields[0];
    vector.mechanism = fields[1];
    vector.parameters = fields[2];
    vector.quantity = fields[3];
    all.push_back(vector);
  }
  return all;
}

void ExpectNear(const Vector& vector, double value, double more) {
  EXPECT_NEAR(value, vector.expected, std::fmax(vector.tolerance, more)) << vector.name;
}

Epsilon Eps(double value) { return Epsilon::FromPico(std::llround(value * 1e12)); }
Delta Del(double value) { return Delta::FromAtto(std::llround(value * 1e18)); }
double Nats(const std::optional<Epsilon>& epsilon) {
  if (!epsilon.has_value()) return std::numeric_limits<double>::infinity();
  return static_cast<double>(epsilon->pico()) * 1e-12;
}
LaplaceScale Scale(double value, int shift) {
  return {static_cast<int64_t>(std::ceil(std::ldexp(value, shift))), shift};
}

}  // namespace tacit
