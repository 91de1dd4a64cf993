using System.Collections.Immutable;

namespace Doorward.Gateway.Pages;

/// <summary>One way to get access, in plain words; <paramref name="Link"/> is where a person can do it, when it can be done at once.</summary>
internal sealed record DenialRemedy(string Text, Uri? Link = null);

/// <summary>Where a person can go from here: a path of this host, or an https address of ours. Never taken from a request as it stands.</summary>
internal sealed record DenialLink(string Text, string Target);

/// <summary>What a person or a client is told when the answer is not the upstream's.</summary>
internal sealed record Denial
{
    public required int Status { get; init; }

    /// <summary>Stable name of the reason, for programs: a refusal's id or a decision's cause.</summary>
    public required string Code { get; init; }

    /// <summary>A short sentence without full stop: the page's heading.</summary>
    public required string Title { get; init; }

    /// <summary>One or two sentences in plain words.</summary>
    public required string Summary { get; init; }

    /// <summary>What an administrator finds the record by: a decision's id, or one of its own.</summary>
    public required string Reference { get; init; }

    /// <summary>What went wrong beyond what people are told, for administrators. Whoever knows it has logged it.</summary>
    public string? Detail { get; init; }

    /// <summary>What was missing, one phrase each.</summary>
    public ImmutableArray<string> Missing { get; init; } = [];

    public ImmutableArray<DenialRemedy> Remedies { get; init; } = [];

    /// <summary>For people only; programs have no use for them.</summary>
    public ImmutableArray<DenialLink> Links { get; init; } = [];

    /// <summary>The <c>WWW-Authenticate</c> field of a 401.</summary>
    public string? Challenge { get; init; }

    /// <summary>Seconds after which trying again makes sense.</summary>
    public int? RetryAfter { get; init; }
}
