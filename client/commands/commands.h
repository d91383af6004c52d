// The command families, each in a file of its own. Each adds its subcommands to `app`; the chosen
// one runs when the command line has been parsed and leaves its exit code in `session`. Both must
// outlive the parsing.
#ifndef TACIT_CLIENT_COMMANDS_COMMANDS_H_
#define TACIT_CLIENT_COMMANDS_COMMANDS_H_

#include <CLI/App.hpp>

#include "client/commands/session.h"

namespace tacit::client {

void AddQueryCommand(CLI::App& app, Session& session);
void AddEstimateCommand(CLI::App& app, Session& session);
void AddBudgetCommand(CLI::App& app, Session& session);
void AddCurateCommands(CLI::App& app, Session& session);
void AddDatasetCommands(CLI::App& app, Session& session);
void AddPolicyCommands(CLI::App& app, Session& session);
void AddLedgerCommands(CLI::App& app, Session& session);
// In ledger.cc too: both run tacitd.
void AddAccountCommand(CLI::App& app, Session& session);
void AddCompletionCommand(CLI::App& app, Session& session);

}  // namespace tacit::client

#endif  // TACIT_CLIENT_COMMANDS_COMMANDS_H_
