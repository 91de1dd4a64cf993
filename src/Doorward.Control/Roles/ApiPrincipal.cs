using System.Collections.Immutable;

namespace Doorward.Control.Roles;

/// <summary>Who calls the admin API.</summary>
internal sealed record ApiPrincipal
{
    /// <summary>The owner of the machine, on the Unix socket.</summary>
    public static readonly ApiPrincipal Local = new() { Type = "Local", Name = "local" };

    /// <summary>The Cedar entity type: User, Service or Local.</summary>
    public required string Type { get; init; }
    public required string Name { get; init; }
    public string? SubjectId { get; init; }

    /// <summary>All groups, through any number of steps, as they are now.</summary>
    public ImmutableArray<string> Groups { get; init; } = [];
    public int Assurance { get; init; }

    /// <summary>Whether a token for the console made the call.</summary>
    public bool Token { get; init; }
    public string? SessionId { get; init; }

    public bool IsLocal => Type == "Local";
}

/// <summary>The person that a call is about.</summary>
internal sealed record ApiTarget(string Name, ImmutableArray<string> Groups)
{
    /// <summary>Somebody without a role.</summary>
    public static readonly ApiTarget Anybody = new("", []);
}
