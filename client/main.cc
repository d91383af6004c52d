#include <unistd.h>

#include <iostream>

#include "client/command_line.h"

int main(int argc, char** argv) {
  return tacit::client::RunCommandLine(argc, argv,
                                       {.out = std::cout,
                                        .err = std::cerr,
                                        .out_is_terminal = isatty(STDOUT_FILENO) == 1,
                                        .err_is_terminal = isatty(STDERR_FILENO) == 1});
}
