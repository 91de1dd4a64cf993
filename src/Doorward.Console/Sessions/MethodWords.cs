using Doorward.Control.Api.Endpoints;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.Sessions;

/// <summary>How somebody signed in, in words.</summary>
internal static class MethodWords
{
    internal static string Proof(SessionView session, IStringLocalizer<SessionsText> text) =>
        session.Kind == "token" ? text["Token"] : text[$"Assurance{Math.Clamp(session.Assurance, 1, 3)}"];

    /// <summary>An RFC 8176 name in words; one that is not known stays itself.</summary>
    internal static string Of(string method, IStringLocalizer<SessionsText> text) => text[$"Method-{method}"] is { ResourceNotFound: false } known ? known : method;
}
