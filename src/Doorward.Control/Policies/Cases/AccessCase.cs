using System.Collections.Immutable;
using System.Net;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;

namespace Doorward.Control.Policies.Cases;

/// <summary>
/// An access as supposed, not seen: who asks for what, when, from where, on what device and how signed in. What is not said is
/// unknown, but for what every request has: the sign-in is fresh and with two factors, and the request line is the application's.
/// </summary>
internal sealed record AccessCase
{
    /// <summary>Whoever has this name in the directory, person or service account; else a person.</summary>
    public string? User { get; init; }

    /// <summary>A service account, be it in the directory or not.</summary>
    public string? Service { get; init; }

    /// <summary>Nobody has signed in.</summary>
    public bool Anonymous { get; init; }

    /// <summary>All groups, instead of those that the directory says; null for the directory's.</summary>
    public ImmutableArray<string>? Groups { get; init; }
    public required string Application { get; init; }

    /// <summary>Null for what the application is for: tunnels to its targets, or reading.</summary>
    public AccessAction? Action { get; init; }
    public int? Assurance { get; init; }
    public ImmutableArray<string>? Methods { get; init; }
    public TimeSpan? SignInAge { get; init; }
    public IPAddress? Address { get; init; }

    /// <summary>A named network; without an address, the first of its own is meant.</summary>
    public string? Network { get; init; }

    /// <summary>What is not said of a device is not so.</summary>
    public DeviceEvidence? Device { get; init; }
    public RiskEvidence? Risk { get; init; }

    /// <summary>The moment, on the asker's own clock.</summary>
    public DateTimeOffset? At { get; init; }
    public int? Hour { get; init; }
    public int? Weekday { get; init; }
    public string? Method { get; init; }
    public string? Path { get; init; }

    /// <summary>Where a tunnel leads; what is not said of it is of the application's first target.</summary>
    public SupposedTunnel? Tunnel { get; init; }

    /// <summary>The name that the directory may have; null when nobody asks.</summary>
    public string? Name => User ?? Service;
}

/// <param name="Login">The name that an SSH certificate is asked for; null for the tunnel itself.</param>
internal sealed record SupposedTunnel(string? Host, int? Port, string? Login);
