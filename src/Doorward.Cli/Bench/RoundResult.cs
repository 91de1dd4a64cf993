using System.Net;
using System.Text.Json.Nodes;

namespace Doorward.Cli.Bench;

/// <summary>One connection's end: how long after its cause, in milliseconds; null when it never came.</summary>
internal sealed record Outcome(OpenKind Kind, double? FromIssue, double? FromAcknowledgement, string How)
{
    public static Outcome Of(OpenConnection connection, Moment moment) => connection.Ended is { IsCompletedSuccessfully: true, Result: var ending }
        ? new Outcome(connection.Kind, Milliseconds(moment.Issued, ending.At), Milliseconds(moment.Acknowledged, ending.At), ending.How)
        : new Outcome(connection.Kind, null, null, "never");

    private static double Milliseconds(long from, long to) => TimeProvider.System.GetElapsedTime(from, to).TotalMilliseconds;
}

/// <summary>What a cause did to every connection.</summary>
internal sealed record RoundResult(Cause Cause, IReadOnlyList<Outcome> Outcomes)
{
    /// <summary>What each person's next request was answered with.</summary>
    public required IReadOnlyList<int> Next { get; init; }

    public required int BystandersCut { get; init; }

    public int NeverCut => Outcomes.Count(outcome => outcome.FromIssue is null);

    public int LetInAgain => Next.Count(status => status is (int)HttpStatusCode.OK);

    public bool IsClean => NeverCut == 0 && LetInAgain == 0 && BystandersCut == 0;

    public Figures FromIssue => Figures.Of(Outcomes.Select(outcome => outcome.FromIssue));

    public JsonObject Describe()
    {
        var described = new JsonObject
        {
            ["cause"] = Cause.Name,
            ["connections"] = Outcomes.Count,
            ["neverCut"] = NeverCut,
            ["letInAgain"] = LetInAgain,
            ["bystandersCut"] = BystandersCut,
        };
        if (Cause.ByClock)
        {
            described["fromMoment"] = FromIssue.Describe();
        }
        else
        {
            described["fromIssue"] = FromIssue.Describe();
            described["fromAcknowledgement"] = Figures.Of(Outcomes.Select(outcome => outcome.FromAcknowledgement)).Describe();
        }

        described["kinds"] = Grouped(Outcomes, outcome => outcome.Kind.Name, group => Figures.Of(group.Select(outcome => outcome.FromIssue)).Describe());
        described["webSocketEndings"] = Counted(Outcomes.Where(outcome => outcome.Kind.Name == "websocket").Select(outcome => outcome.How));
        described["nextRequest"] = Counted(Next.Select(status => status.ToString()));
        return described;
    }

    private static JsonObject Counted(IEnumerable<string> values) => Grouped(values, value => value, group => JsonValue.Create(group.Count()));

    private static JsonObject Grouped<T>(IEnumerable<T> items, Func<T, string> key, Func<IEnumerable<T>, JsonNode> describe) =>
        new(items.GroupBy(key).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => KeyValuePair.Create<string, JsonNode?>(group.Key, describe(group))));
}

/// <summary>Percentiles by nearest rank, in milliseconds.</summary>
internal sealed record Figures(double P50, double P99, double Max)
{
    public static Figures Of(IEnumerable<double?> values)
    {
        var sorted = values.OfType<double>().Order().ToList();
        return sorted.Count == 0 ? new Figures(double.NaN, double.NaN, double.NaN) : new Figures(Rank(sorted, 50), Rank(sorted, 99), sorted[^1]);
    }

    public JsonNode Describe() => double.IsNaN(Max)
        ? new JsonObject()
        : new JsonObject { ["p50"] = Math.Round(P50, 1), ["p99"] = Math.Round(P99, 1), ["max"] = Math.Round(Max, 1) };

    private static double Rank(List<double> sorted, int percent) => sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * percent / 100.0) - 1)];
}
