// The sqlite3 library as the peer: plain, exact, on the same file. A failure ends the program.
#ifndef TACIT_TESTS_BENCH_SQLITE_PEER_H_
#define TACIT_TESTS_BENCH_SQLITE_PEER_H_

#include <sqlite3.h>

#include <cstdint>
#include <string>

namespace tacit {

class SqlitePeer {
 public:
  // Opens or creates the file.
  explicit SqlitePeer(const std::string& path);
  ~SqlitePeer();
  SqlitePeer(const SqlitePeer&) = delete;
  SqlitePeer& operator=(const SqlitePeer&) = delete;

  // Must not outlive its database.
  class Statement {
   public:
    ~Statement();
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    void BindInteger(int position, int64_t value);
    void BindReal(int position, double value);
    void BindText(int position, const std::string& value);
    // Reads every column of every row, then resets. Returns the number of rows.
    int64_t RunToEnd();

   private:
    friend class SqlitePeer;
    explicit Statement(sqlite3_stmt* statement) : statement_(statement) {}
    sqlite3_stmt* statement_;
  };

  Statement Prepare(const std::string& sql);
  void Execute(const std::string& sql) { Prepare(sql).RunToEnd(); }

 private:
  sqlite3* database_ = nullptr;
};

}  // namespace tacit

#endif  // TACIT_TESTS_BENCH_SQLITE_PEER_H_
