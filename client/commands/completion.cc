// tacit completion: a shell's completion script, made from the commands themselves.
#include <map>

#include "client/commands/commands.h"

namespace tacit::client {
namespace {

// A command's words, "" for the program itself, and what may follow them.
struct Node {
  std::string path;
  std::vector<const CLI::App*> commands;
  std::vector<const CLI::Option*> options;
};

void AddOptions(const CLI::App& app, Node& node) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->nonpositional()) node.options.push_back(option);
  }
}

void Walk(CLI::App& app, const std::string& path, std::vector<Node>& nodes) {
  Node node;
  node.path = path;
  AddOptions(app, node);
  for (CLI::App* command : app.get_subcommands(nullptr)) {
    if (command->get_name().empty()) {
      AddOptions(*command, node);  // a group of options, which has no name
    } else {
      node.commands.push_back(command);
    }
  }
  nodes.push_back(node);
  for (CLI::App* command : app.get_subcommands(nullptr)) {
    const std::string& name = command->get_name();
    if (!name.empty()) Walk(*command, path.empty() ? name : path + " " + name, nodes);
  }
}

std::vector<std::string> WordsOf(const Node& node) {
  std::vector<std::string> words;
  for (const CLI::App* command : node.commands) words.push_back(command->get_name());
  for (const CLI::Option* option : node.options) {
    for (const std::string& name : option->get_lnames()) words.push_back("--" + name);
  }
  return words;
}

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

// The words before the cursor that name commands select the case; flags and values are skipped.
constexpr char kBashHead[] =
    "_tacit() {\n"
    "  local word=\"${COMP_WORDS[COMP_CWORD]}\" path=\"\" next i\n"
    "  for ((i = 1; i < COMP_CWORD; ++i)); do\n"
    "    next=\"${path:+$path }${COMP_WORDS[i]}\"\n"
    "    case \"$next\" in\n";
constexpr char kBashMiddle[] =
    "    esac\n"
    "  done\n"
    "  case \"$path\" in\n";
constexpr char kBashTail[] =
    "  esac\n"
    "}\n"
    "complete -o default -F _tacit tacit\n";

std::string BashScript(const std::vector<Node>& nodes) {
  std::string paths;
  std::string cases;
  for (const Node& node : nodes) {
    if (!node.path.empty()) paths += (paths.empty() ? "'" : "|'") + node.path + "'";
    cases += "    '" + node.path + "') COMPREPLY=($(compgen -W '" + Joined(WordsOf(node)) +
             "' -- \"$word\")) ;;\n";
  }
  return std::string(kBashHead) + "      " + paths + ") path=\"$next\" ;;\n" + kBashMiddle + cases +
         kBashTail;
}

// Zsh runs the same function under its own emulation of bash completion.
std::string ZshScript(const std::vector<Node>& nodes) {
  return "#compdef tacit\nautoload -U +X bashcompinit && bashcompinit\n" + BashScript(nodes);
}

std::string FishQuoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "'";
}

// Fish asks a condition for each word: which commands were typed, and which not yet.
std::string FishCondition(const Node& node) {
  if (node.path.empty()) return "__fish_use_subcommand";
  std::string condition;
  size_t begin = 0;
  while (begin < node.path.size()) {
    const size_t end = std::min(node.path.find(' ', begin), node.path.size());
    condition += (condition.empty() ? "" : "; and ") + std::string("__fish_seen_subcommand_from ") +
                 node.path.substr(begin, end - begin);
    begin = end + 1;
  }
  if (node.commands.empty()) return condition;
  condition += "; and not __fish_seen_subcommand_from";
  for (const CLI::App* command : node.commands) condition += " " + command->get_name();
  return condition;
}

std::string FishScript(const std::vector<Node>& nodes) {
  std::string script;
  for (const Node& node : nodes) {
    const std::string head = "complete -c tacit -n " + FishQuoted(FishCondition(node));
    for (const CLI::App* command : node.commands) {
      script += head + " -f -a " + command->get_name() + " -d " +
                FishQuoted(command->get_description()) + "\n";
    }
    for (const CLI::Option* option : node.options) {
      for (const std::string& name : option->get_lnames()) {
        script += head + " -l " + name + " -d " + FishQuoted(option->get_description()) + "\n";
      }
    }
  }
  return script;
}

}  // namespace

void AddCompletionCommand(CLI::App& app, Session& session) {
  CLI::App* command = app.add_subcommand("completion", "Prints a completion script for a shell");
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->footer(
      "Example:\n  tacit completion bash > ~/.local/share/bash-completion/completions/tacit");
  command->callback([&app, &session, shell] {
    std::vector<Node> nodes;
    Walk(app, "", nodes);
    session.out() << (*shell == "bash"  ? BashScript(nodes)
                      : *shell == "zsh" ? ZshScript(nodes)
                                        : FishScript(nodes));
  });
}

}  // namespace tacit::client
