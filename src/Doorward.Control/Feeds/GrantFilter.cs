using Doorward.Control.Api;

namespace Doorward.Control.Feeds;

/// <summary>What live grants are looked for by; all that is given must hold.</summary>
/// <param name="User">A person's whole name.</param>
/// <param name="Search">A part, whatever the case, of anything that a row shows: person, application, session, gateway, address, id, or kind, method, path or address of an open connection.</param>
internal sealed record GrantFilter(string? User = null, string? Application = null, string? Session = null, string? Gateway = null, string? Search = null)
{
    private const int Longest = 256;

    public ApiProblem? Problem() => new[] { User, Application, Session, Gateway, Search }.Any(static text => text?.Length > Longest)
        ? ApiProblem.BadRequest("The filter is too long.", null, $"Use up to {Longest} characters.")
        : null;
}
