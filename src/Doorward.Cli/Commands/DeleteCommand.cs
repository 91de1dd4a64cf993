using System.CommandLine;
using Doorward.Cli.Documents;

namespace Doorward.Cli.Commands;

/// <summary>`delete`: takes one resource away; what lived on it is cut.</summary>
internal static class DeleteCommand
{
    private static readonly Argument<string> Kind = KindArgument.Create();
    private static readonly Argument<string> Name = new("name") { Description = "Which one", HelpName = "NAME" };
    private static readonly Option<bool> Force = new("--force") { Description = "Delete a group or network although policies name it" };

    public static Command Create() => new Command("delete", "Delete a resource; says what names it, and keeps a group or network that a policy names") { Kind, Name, Force }.Runs(RunAsync);

    private static async Task RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var (plural, name) = (Kinds.PluralOf(invocation.Value(Kind)), invocation.Value(Name));
        using var client = invocation.Connect();
        var force = invocation.Value(Force) ? "?force=true" : "";
        var answer = await client.DeleteAsync($"{plural}/{Uri.EscapeDataString(name)}{force}", cancel);
        DocumentPlaces.WriteWarnings(invocation.Error, [], answer);
        invocation.Report($"{Kinds.WordOf(plural)} {name} deleted", answer.AsObject());
    }
}
