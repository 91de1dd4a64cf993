namespace Doorward.Gateway.Feed;

/// <summary>Whom and what one transaction can have concerned: the keys by which live grants are found and judged again.</summary>
internal sealed class Impact
{
    public static readonly Impact All = new() { Everything = true };

    /// <summary>Policies, settings, networks: every grant may be concerned.</summary>
    public bool Everything { get; set; }

    /// <summary>Whether policies were published: what is cut then is told so.</summary>
    public bool Policies { get; set; }

    public HashSet<string> Sessions { get; } = new(StringComparer.Ordinal);

    /// <summary>Names of people whose groups may have changed.</summary>
    public HashSet<string> Subjects { get; } = new(StringComparer.Ordinal);

    /// <summary>Devices that are other than before; the sessions that they signed for are found by the session table.</summary>
    public HashSet<string> Devices { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Applications { get; } = new(StringComparer.Ordinal);

    public bool IsNone => !Everything && Sessions.Count == 0 && Subjects.Count == 0 && Applications.Count == 0;
}
