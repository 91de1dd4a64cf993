using System.Buffers.Text;
using System.Globalization;
using Doorward.Core.Sessions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Doorward.Control.Identity.SignIns;

/// <summary>
/// What a browser was sent to sign in for: back to an application through its gateway, back to a page of this host
/// (self-service, or an authorization request of an OIDC client), or nothing in particular.
/// </summary>
public sealed record SignInRequest
{
    private const int LongestState = 128;
    private const int LongestReturn = 4096;

    /// <summary>The application host, lower-case, without port. Whether it exists is not known yet.</summary>
    public string? Host { get; private init; }

    /// <summary>SHA-256 of the nonce in the browser's flow cookie at that host.</summary>
    public byte[]? Browser { get; private init; }
    public string? State { get; private init; }

    /// <summary>A path and query of this host.</summary>
    public string? Return { get; private init; }
    public int Assurance { get; private init; } = 1;
    public TimeSpan? MaxAge { get; private init; }

    /// <summary>How the session ended that the browser came with, as the gateway says; anybody can write it there, so it is only shown.</summary>
    public SessionEndCause? Ended { get; private init; }

    public static SignInRequest Home { get; } = new();

    public static SignInRequest BackTo(string pathAndQuery, int assurance = 1, TimeSpan? maxAge = null) =>
        new() { Return = pathAndQuery, Assurance = assurance, MaxAge = maxAge };

    /// <summary>Null when a parameter is malformed or they do not belong together; every value is checked, none is trusted.</summary>
    public static SignInRequest? Parse(IQueryCollection query)
    {
        if (query.Any(parameter => parameter.Value.Count > 1) || !TryAssurance(query["assurance"], out var assurance) || !TryAge(query["max_age"], out var maxAge))
            return null;
        string? host = query["host"], browser = query["browser"], state = query["state"], back = query["return"];
        if (host is null && browser is null && state is null)
            return back is null || IsLocal(back) ? new() { Return = back, Assurance = assurance, MaxAge = maxAge } : null;
        if (back is not null || host is null || browser is null || state is null || !IsState(state) || Uri.CheckHostName(host) != UriHostNameType.Dns)
            return null;
        return Base64Url.IsValid(browser, out var length) && length == 32
            ? new() { Host = host.ToLowerInvariant(), Browser = Base64Url.DecodeFromChars(browser), State = state, Assurance = assurance, MaxAge = maxAge, Ended = EndedBy(query["ended"]) }
            : null;
    }

    /// <summary>This request as the path and query of one of the sign-in pages.</summary>
    public string At(string page)
    {
        var query = new Dictionary<string, string?>();
        if (Host is not null)
            (query["host"], query["browser"], query["state"]) = (Host, Base64Url.EncodeToString(Browser), State);
        if (Return is not null)
            query["return"] = Return;
        if (Assurance > 1)
            query["assurance"] = Assurance.ToString(CultureInfo.InvariantCulture);
        if (MaxAge is { } age)
            query["max_age"] = ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return QueryHelpers.AddQueryString(page, query);
    }

    private static SessionEndCause? EndedBy(string? text) => text is null ? null : SessionEnd.CauseOf(text);

    // "//host" and "/\host" are other hosts to a browser.
    private static bool IsLocal(string path) =>
        path.Length is > 0 and <= LongestReturn && path[0] == '/' && (path.Length == 1 || path[1] is not ('/' or '\\')) && !path.Any(char.IsControl);

    private static bool IsState(string state) => state.Length is > 0 and <= LongestState && state.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    private static bool TryAssurance(string? text, out int assurance)
    {
        assurance = 1;
        return text is null || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out assurance) && assurance is >= 1 and <= 3);
    }

    private static bool TryAge(string? text, out TimeSpan? age)
    {
        age = null;
        if (text is null)
            return true;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
            return false;
        age = TimeSpan.FromSeconds(seconds);
        return true;
    }
}
