using Doorward.Console.Browsers;
using Doorward.Control.Storage;

namespace Doorward.Console.Identity.Recovery;

/// <summary>
/// New recovery codes until their person says that they have them. The database has only hashes; what is shown is sealed in the browser
/// where the codes were made, for its session and a quarter of an hour, so that a reload or a lost answer does not lose them.
/// </summary>
internal sealed class ShownCodes(Visit visit, SealedCookies cookies)
{
    private const string Cookie = "__Host-doorward-codes";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <param name="First">Whether they end an enrolment.</param>
    internal sealed record Codes(string Session, string? Name, IReadOnlyList<string> Texts, bool First);

    internal void Keep(Session session, string? name, IReadOnlyList<string> texts, bool first = false) =>
        cookies.Write(visit.Http, Cookie, new Codes(session.Id, name, texts, first), Lifetime);

    /// <summary>Null when there are none for whoever is signed in here.</summary>
    internal async Task<Codes?> ReadAsync() =>
        cookies.Read<Codes>(visit.Http, Cookie) is { } codes && await visit.SessionAsync() is { } session && session.Id == codes.Session ? codes : null;

    internal void Forget() => SealedCookies.Delete(visit.Http, Cookie);
}
