using System.CommandLine;
using Doorward.Cli.Documents;

namespace Doorward.Cli.Commands;

/// <summary>`delete`: takes one resource away; what lived on it is cut.</summary>
internal static class DeleteCommand
{
    private static readonly Argument<string> Kind = KindArgument.Create();
    private static readonly Argument<string> Name = new("name") { Description = "Which one", HelpName = "NAME" };

    public static Command Create() => new Command("delete", "Delete a resource") { Kind, Name }.Runs(async (invocation, cancel) =>
    {
        var (plural, name) = (Kinds.PluralOf(invocation.Value(Kind)), invocation.Value(Name));
        using var client = invocation.Connect();
        var answer = await client.DeleteAsync($"{plural}/{Uri.EscapeDataString(name)}", cancel);
        invocation.Report($"deleted {name} from {plural}", answer.AsObject());
    });
}
