using Microsoft.AspNetCore.WebUtilities;

namespace Doorward.Console.Identity.SignIn;

/// <summary>Reads from an authorization request, that sign-in will return to, where it will lead in the end.</summary>
internal static class OidcReturn
{
    internal const string Authorize = "/connect/authorize";

    /// <summary>
    /// The client's redirect address, for the form-action of the pages on the way. It is only a hint to the browser: the
    /// authorization endpoint alone decides whether the address is one of the client's.
    /// </summary>
    internal static Uri? FormTarget(string? back)
    {
        if (back is null || !back.StartsWith($"{Authorize}?", StringComparison.Ordinal))
            return null;
        var query = QueryHelpers.ParseQuery(back[Authorize.Length..]);
        return Uri.TryCreate(query["redirect_uri"], UriKind.Absolute, out var address) && IsPlain(address) ? address : null;
    }

    // What goes into a header must not be able to end the directive.
    internal static bool IsPlain(Uri address) =>
        address.Scheme is "https" or "http" ? Uri.CheckHostName(address.IdnHost) is not UriHostNameType.Unknown : address.Scheme.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+');
}
