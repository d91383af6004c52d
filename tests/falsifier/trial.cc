#include "tests/falsifier/trial.h"

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <vector>

namespace tacit {
namespace {

std::string Text(const char* format, int number) {
  char buffer[64];
  snprintf(buffer, sizeof(buffer), format, number);
  return buffer;
}

void Execute(sqlite3* database, const std::string& sql) {
  if (sqlite3_exec(database, sql.c_str(), nullptr, nullptr, nullptr) == SQLITE_OK) return;
  fprintf(stderr, "%s in %s\n", sqlite3_errmsg(database), sql.c_str());
  abort();
}

void AddCell(sqlite3* database, int a, int b, int& subject) {
  const std::string place = "," + std::to_string(a) + "," + std::to_string(b) + ",";
  std::string rows;
  for (int person = 0; person < 5; ++person) {
    rows += "(" + std::to_string(++subject) + place + "5),";
  }
  if ((a + b) % 2 == 1) {
    ++subject;
    for (const int x : {10, 9, 8}) {
      rows += "(" + std::to_string(subject) + place + std::to_string(x) + "),";
    }
  }
  rows.pop_back();
  Execute(database, "INSERT INTO visits VALUES " + rows);
}

void WriteDatabase(const std::string& path) {
  sqlite3* database = nullptr;
  if (sqlite3_open(path.c_str(), &database) != SQLITE_OK) abort();
  Execute(database,
          "BEGIN; CREATE TABLE visits(subject INTEGER, a INTEGER, b INTEGER, x INTEGER);"
          "CREATE TABLE stays(subject INTEGER, town TEXT, nights INTEGER)");
  int subject = 0;
  for (int a = 0; a < kCellsA; ++a) {
    for (int b = 0; b < kCellsB; ++b) AddCell(database, a, b, subject);
  }
  for (int town = 0; town < kTowns; ++town) {
    for (int person = 0; person < kTownPeople[town % 3]; ++person) {
      Execute(database, "INSERT INTO stays VALUES (" + std::to_string(++subject) + ",'" +
                            Text("t%05d", town) + "',1)");
    }
  }
  Execute(database, "COMMIT");
  sqlite3_close(database);
}

std::string PolicyOf(const std::string& dataset) {
  return "dataset = \"" + dataset + R"toml("
source = "trial.db"
filter = "zcdp"
[tables.visits]
unit = { column = "subject" }
max_groups_per_unit = 1
max_rows_per_group = 3
invalid_rows = "refuse"
[tables.visits.columns]
subject = { type = "integer" }
a = { type = "integer", bounds = [0, 99] }
b = { type = "integer", bounds = [0, 39] }
x = { type = "integer", bounds = [0, 10] }
[tables.stays]
unit = { column = "subject" }
max_groups_per_unit = 1
max_rows_per_group = 1
invalid_rows = "refuse"
[tables.stays.columns]
subject = { type = "integer" }
town = { type = "text" }
nights = { type = "integer", bounds = [0, 2] }
[[budget]]
scope = "dataset"
rho = "1000000"
delta = "0.99"
[[budget]]
scope = "analyst:*"
rho = "1000000"
delta = "0.99"
max_epsilon_per_query = "100"
)toml";
}

std::string FreshFolder() {
  const std::string folder = testing::TempDir() + "/tacit_falsifier";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  WriteDatabase(folder + "/trial.db");
  return folder;
}

}  // namespace

Trial::Trial() : folder_(FreshFolder()), server_(TACITD, "carol", folder_) {
  stub_ = v1::QueryService::NewStub(
      grpc::CreateChannel(server_.address(), grpc::InsecureChannelCredentials()));
}

void Trial::RunTacit(const std::vector<std::string>& words) {
  std::vector<std::string> command = {TACIT, "--server", server_.address(), "--user", "carol"};
  command.insert(command.end(), words.begin(), words.end());
  if (RunProgram(command, folder_ + "/output") == 0) return;
  fprintf(stderr, "tacit %s failed, see %s/output\n", words[0].c_str(), folder_.c_str());
  abort();
}

void Trial::OpenDataset() {
  const std::string name = Text("trial-%d", ++datasets_);
  const std::string policy = folder_ + "/" + name + ".toml";
  std::ofstream(policy) << PolicyOf(name);
  RunTacit({"policy", "apply", policy});
  RunTacit({"dataset", "publish", name});
}

v1::ExecuteResponse Trial::Ask(const Asked& asked) {
  v1::ExecuteRequest request;
  request.set_dataset(Text("datasets/trial-%d", datasets_));
  request.set_sql(asked.sql);
  request.set_epsilon(asked.epsilon);
  request.set_delta(asked.delta);
  request.set_rho(asked.rho);
  request.set_reuse(v1::ExecuteRequest::REUSE_FRESH);
  request.set_request_id(Text("00000000-0000-4000-8000-%012d", ++requests_));
  grpc::ClientContext context;
  context.AddMetadata("tacit-dev-user", "alice");
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  v1::ExecuteResponse response;
  const grpc::Status status = stub_->Execute(&context, request, &response);
  if (status.ok()) return response;
  fprintf(stderr, "%s: %s\n", asked.sql.c_str(), status.error_message().c_str());
  abort();
}

}  // namespace tacit
