using System.CommandLine;
using Doorward.Cli.Documents;

namespace Doorward.Cli.Commands;

/// <summary>`delete`: takes one resource away; what lived on it is cut.</summary>
internal static class DeleteCommand
{
    private static readonly Argument<string> Kind = KindArgument.Create();
    private static readonly Argument<string> Name = new("name") { Description = "Which one", HelpName = "NAME" };
    private static readonly Option<bool> Force = new("--force") { Description = "Delete a group or network although policies name it" };

    private static readonly Option<string?> Reason = new("--reason") { Description = "Why, for the audit log", HelpName = "TEXT" };

    public static Command Create() => new Command("delete", "Delete a resource; says what names it, and keeps a group or network that a policy names") { Kind, Name, Force, Reason }.Runs(RunAsync);

    private static async Task RunAsync(Invocation invocation, CancellationToken cancel)
    {
        var (plural, name) = (Kinds.PluralOf(invocation.Value(Kind)), invocation.Value(Name));
        using var client = invocation.Connect();
        string[] query = [.. new[] { invocation.Value(Force) ? "force=true" : null, invocation.Value(Reason) is { } why ? $"reason={Uri.EscapeDataString(why)}" : null }.OfType<string>()];
        var answer = await client.DeleteAsync($"{plural}/{Uri.EscapeDataString(name)}{(query.Length == 0 ? "" : "?")}{string.Join('&', query)}", cancel);
        DocumentPlaces.WriteWarnings(invocation.Error, [], answer);
        invocation.Report($"{Kinds.WordOf(plural)} {name} deleted", answer.AsObject());
    }
}
