using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Doorward.Gateway.Pages;

/// <summary>A denial as programs read it (RFC 9457), with what our pages say beside.</summary>
internal sealed record Problem
{
    public string Type { get; init; } = "about:blank";
    public required string Title { get; init; }
    public required int Status { get; init; }
    public required string Detail { get; init; }
    public required string Code { get; init; }
    public required string Reference { get; init; }
    public ImmutableArray<string> Missing { get; init; } = [];
    public ImmutableArray<ProblemRemedy> Remedies { get; init; } = [];

    public static Problem Of(Denial denial) => new()
    {
        Title = denial.Title,
        Status = denial.Status,
        Detail = denial.Summary,
        Code = denial.Code,
        Reference = denial.Reference,
        Missing = denial.Missing,
        Remedies = [.. denial.Remedies.Select(remedy => new ProblemRemedy(remedy.Text, remedy.Link?.AbsoluteUri))],
    };
}

internal sealed record ProblemRemedy(string Text, string? Link);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Problem))]
internal sealed partial class ProblemJson : JsonSerializerContext;
