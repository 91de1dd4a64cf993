using System.Text.Json.Serialization;

namespace Doorward.Control.Storage;

/// <summary>A resource as the operator wrote it: Application, Group, Network, IdentityProvider.</summary>
public sealed class ResourceDocument
{
    public required string Kind { get; init; }
    public required string Name { get; init; }

    /// <summary>The specification as JSON; secrets in it are sealed.</summary>
    public required string Json { get; set; }

    /// <summary>Counts up with every change; the ETag.</summary>
    public long Version { get; set; } = 1;

    /// <summary>The product's own, not the operator's: never applied over, pruned or deleted.</summary>
    public bool System { get; init; }

    /// <summary>Whether apply wrote it last, so that apply may prune it.</summary>
    public bool Managed { get; set; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Updated { get; set; }
    public required string UpdatedBy { get; set; }
}

/// <summary>The kinds that <see cref="ResourceDocument"/> holds. Users and policies have tables of their own.</summary>
public static class ResourceKinds
{
    public const string Application = "Application";
    public const string Group = "Group";
    public const string Network = "Network";
    public const string IdentityProvider = "IdentityProvider";
    public const string PostureRule = "PostureRule";
    public const string PostureProvider = "PostureProvider";
    public const string Connector = "Connector";
}

/// <summary>The specification of a Group: user names, and names of groups nested inside.</summary>
public sealed record GroupSpec
{
    public IReadOnlyList<string> Members { get; init; } = [];
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Members by what their identity provider says: kept at each sign-in, never part of the document that operators write.</summary>
    public IReadOnlyList<string> Federated { get; init; } = [];

    [JsonIgnore]
    public IEnumerable<string> Everyone => Members.Union(Federated, StringComparer.Ordinal);
}

/// <summary>The specification of a Network: CIDR ranges.</summary>
public sealed record NetworkSpec
{
    public IReadOnlyList<string> Ranges { get; init; } = [];
}

/// <summary>The specification of a Connector.</summary>
public sealed record ConnectorSpec
{
    public string? Description { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Ids of the replicas that are not retired: kept with each that joins or goes, never part of the document that operators write.</summary>
    public IReadOnlyList<string> Replicas { get; init; } = [];

    /// <summary>Of those the ones that an administrator told to drain; kept in the same way.</summary>
    public IReadOnlyList<string> Draining { get; init; } = [];
}

/// <summary>A name that was used once and is never given to anyone else.</summary>
public sealed class RetiredName
{
    public required string Kind { get; init; }
    public required string Name { get; init; }
    public required DateTimeOffset Retired { get; init; }
}
