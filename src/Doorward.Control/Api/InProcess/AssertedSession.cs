using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Api.InProcess;

/// <summary>Tells pages of the console for whom a gateway forwarded a request.</summary>
public sealed class AssertedSession
{
    private readonly AssertionReader _assertions;

    internal AssertedSession(AssertionReader assertions) => _assertions = assertions;

    /// <summary>Null when no gateway in good standing says who it is. Whether the session still lives is asked at every call.</summary>
    public async Task<ActingSession?> ReadAsync(HttpContext context) =>
        await _assertions.ReadSessionAsync(context, context.RequestAborted) is { } id ? new ActingSession(id, context.Connection.RemoteIpAddress) : null;
}
