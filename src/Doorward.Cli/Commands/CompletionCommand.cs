using System.CommandLine;

namespace Doorward.Cli.Commands;

/// <summary>`completion`: the shell asks the program itself (its `[suggest]` directive), so the scripts never go stale.</summary>
internal static class CompletionCommand
{
    // The words are completed after the program's own name, whatever it was called by.
    private const string Bash =
        """
        _doorward() {
          local line=${COMP_LINE#"${COMP_WORDS[0]}"} point IFS=$'\n'
          point=$((COMP_POINT - ${#COMP_WORDS[0]} - 1))
          COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:$point]" "${line# }" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _doorward doorward ./doorward
        """;

    private const string Zsh =
        """
        #compdef doorward
        _doorward() {
          local line="${words[2,-1]}" point
          local -a answers
          point=$((CURSOR - ${#words[1]} - 1))
          answers=("${(@f)$("${words[1]}" "[suggest:$point]" "$line" 2>/dev/null)}")
          compadd -a answers
        }
        compdef _doorward doorward
        """;

    public static Command Create() => new("completion", "Print a completion script: `source <(doorward completion bash)`")
    {
        new Command("bash", "For bash").Runs((invocation, _) => invocation.Out.WriteLineAsync(Bash)),
        new Command("zsh", "For zsh").Runs((invocation, _) => invocation.Out.WriteLineAsync(Zsh)),
    };
}
