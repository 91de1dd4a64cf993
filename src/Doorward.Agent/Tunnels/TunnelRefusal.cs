using System.Net;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Doorward.Agent.Carrying;

namespace Doorward.Agent.Tunnels;

/// <summary>A denial as gateways write it for programs (RFC 9457).</summary>
internal sealed record TunnelProblem(string? Title, string? Detail, string? Code, string? Reference, string[]? Missing, TunnelRemedy[]? Remedies);

internal sealed record TunnelRemedy(string? Text, string? Link);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, MaxDepth = 8)]
[JsonSerializable(typeof(TunnelProblem))]
internal sealed partial class RefusalJson : JsonSerializerContext;

/// <summary>Why there is no tunnel, and what would change that.</summary>
internal sealed record TunnelRefusal(string Text, string? Reference = null)
{
    private const int Longest = 600;

    public IReadOnlyList<string> Remedies { get; init; } = [];

    /// <summary>From the gateway's answer, of which nothing is shown that a terminal would obey.</summary>
    public static TunnelRefusal Of(TunnelProblem problem, bool isNobody)
    {
        var remedies = (problem.Remedies ?? []).Where(static remedy => remedy.Text is not null)
            .Select(static remedy => Plain(remedy.Link is null ? remedy.Text! : $"{remedy.Text} ({remedy.Link})")).ToList();
        if (isNobody) remedies.Insert(0, "doorward-agent login");
        // A session of the command line proves no more than it did when it began.
        else if ((problem.Remedies ?? []).Any(static remedy => remedy.Link?.Contains("/signin", StringComparison.Ordinal) == true)) remedies.Insert(0, "doorward-agent login --fresh");
        return new TunnelRefusal(Plain(problem.Detail!), problem.Reference is { } reference ? Plain(reference) : null) { Remedies = remedies };
    }

    /// <summary>From what a gateway answered instead of a tunnel.</summary>
    public static TunnelRefusal Of(int status, byte[] body)
    {
        try
        {
            if (JsonSerializer.Deserialize(body, RefusalJson.Default.TunnelProblem) is { Detail: not null } problem) return Of(problem, status == (int)HttpStatusCode.Unauthorized);
        }
        catch (JsonException)
        {
            // Said in other words below.
        }

        return new TunnelRefusal($"the gateway answers {status}");
    }

    /// <summary>The same, as the agent of this machine heard it.</summary>
    public static TunnelRefusal Of(CarryAnswer answer) => answer switch
    {
        { Status: not 0 } => Of(answer.Status, answer.Body),
        { Problem: CarryProblem.Busy } => new TunnelRefusal("the agent of this machine carries as many tunnels as it may"),
        _ => new TunnelRefusal(answer.Detail is { } detail ? Plain(detail) : "the agent of this machine does not understand this command: are both of one version?"),
    };

    public static string Words(HttpRequestException error) => error switch
    {
        { InnerException: AuthenticationException } => "whoever answers is not believed: it is another installation, or this machine's clock is wrong",
        { HttpRequestError: HttpRequestError.NameResolutionError } => "the gateway has no address",
        _ => $"the gateway cannot be reached ({error.InnerException?.Message ?? error.Message})",
    };

    public async Task TellAsync(TextWriter errors, string application)
    {
        await errors.WriteAsync($"doorward: {WordsFor(application)}");
        await errors.FlushAsync();
    }

    /// <summary>In lines.</summary>
    public string WordsFor(string application)
    {
        var text = new StringBuilder($"{application}: {Text.TrimEnd('.')}{(Reference is null ? "" : $" ({Reference})")}\n");
        if (Remedies.Count > 0) text.Append("How to get access:\n");
        foreach (var remedy in Remedies) text.Append("  ").Append(remedy).Append('\n');
        return text.ToString();
    }

    internal static string Plain(string text)
    {
        var shown = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(Longest))
        {
            shown.Append(Rune.GetUnicodeCategory(rune) is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
                or System.Globalization.UnicodeCategory.LineSeparator or System.Globalization.UnicodeCategory.ParagraphSeparator ? "?" : rune.ToString());
        }

        return shown.ToString();
    }
}
