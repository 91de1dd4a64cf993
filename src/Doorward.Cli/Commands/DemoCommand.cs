using System.CommandLine;
using Doorward.Cli.Demo;

namespace Doorward.Cli.Commands;

/// <summary>`demo`: what the tour of `up --demo` needs at hand.</summary>
internal static class DemoCommand
{
    public static Command Create() => new("demo", "The demo that `up --demo` runs")
    {
        new Command("code", "Print the demo user's second factor at this moment").Runs((invocation, _) =>
        {
            var credentials = DemoCredentials.Read(invocation.Data)
                ?? throw new CommandFailure("no demo has run on this data", "start it with `doorward up --demo`", invocation.Data.FullName);
            return invocation.Out.WriteLineAsync(credentials.CodeAt(TimeProvider.System.GetUtcNow()));
        }),
    };
}
