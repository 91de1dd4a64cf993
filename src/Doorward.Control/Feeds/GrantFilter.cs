using Doorward.Control.Api;

namespace Doorward.Control.Feeds;

/// <summary>What live grants are looked for by; all that is given must hold.</summary>
internal sealed record GrantFilter
{
    private const int Longest = 256;

    /// <summary>A person's whole name.</summary>
    public string? User { get; init; }

    public string? Application { get; init; }
    public string? Session { get; init; }
    public string? Gateway { get; init; }

    /// <summary>A part, whatever the case, of anything that a row shows: person, application, session, gateway, address, id, or kind, method, path or address of an open connection.</summary>
    public string? Search { get; init; }

    public ApiProblem? Problem() => new[] { User, Application, Session, Gateway, Search }.Any(static text => text?.Length > Longest)
        ? ApiProblem.BadRequest("The filter is too long.", null, $"Use up to {Longest} characters.")
        : null;
}
