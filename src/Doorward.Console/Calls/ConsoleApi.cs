using System.Text.Json;
using Doorward.Control.Api;
using Doorward.Control.Api.InProcess;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Doorward.Console.Calls;

/// <summary>
/// The one way in which pages of the console read and act: the admin API, for the session that looks at the page. Paths are those
/// below <c>/api/v1/</c>; put into them what people typed by <see cref="Uri.EscapeDataString(string)"/>.
/// </summary>
public sealed partial class ConsoleApi(InProcessApi api, Viewer viewer, FirstAnswers first, ConfirmPrompt prompt, ILogger<ConsoleApi> logger)
{
    /// <summary>For <c>ifMatch</c>: only while there is none.</summary>
    public const string NothingThere = "none";

    private static readonly ApiProblem Broken = new()
    {
        Title = "That did not work",
        Status = StatusCodes.Status500InternalServerError,
        Detail = "The control plane failed while it answered. Whether something was done stands in the audit log.",
        Fix = "Look at what is there, then try again. The control plane's log has the cause.",
    };

    public async Task<ApiAnswer<T>> GetAsync<T>(string path, CancellationToken ct = default)
    {
        if (first.TryTake(path, out var kept)) return Read<T>(kept);
        var reply = await SendAsync(new ApiRequest(HttpMethods.Get, path), ct);
        if (reply is not null) first.Keep(path, reply);
        return Read<T>(reply);
    }

    public Task<ApiAnswer<T>> PostAsync<T>(string path, object? body = null, string? ifMatch = null, CancellationToken ct = default) =>
        ActAsync<T>(HttpMethods.Post, path, body, ifMatch, ct);

    public Task<ApiAnswer<T>> PutAsync<T>(string path, object body, string? ifMatch = null, CancellationToken ct = default) =>
        ActAsync<T>(HttpMethods.Put, path, body, ifMatch, ct);

    public Task<ApiAnswer<Nothing>> DeleteAsync(string path, string? ifMatch = null, CancellationToken ct = default) =>
        ActAsync<Nothing>(HttpMethods.Delete, path, null, ifMatch, ct);

    private async Task<ApiAnswer<T>> ActAsync<T>(string method, string path, object? body, string? ifMatch, CancellationToken ct)
    {
        var bytes = body is null ? default : JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), ApiJson.Options);
        var request = new ApiRequest(method, path)
        {
            Body = bytes,
            IfMatch = ifMatch == NothingThere ? null : ifMatch,
            IfNoneMatch = ifMatch == NothingThere ? "*" : null,
        };
        var answer = Read<T>(await SendAsync(request, ct));

        // Whatever the page is: its viewer confirms, and the act is done as it was asked for.
        if (answer.Problem is not { Type: ApiProblem.ConfirmationRequired } problem) return answer;
        return await prompt.AskAsync(problem) ? Read<T>(await SendAsync(request, ct)) : new(default, ConfirmPrompt.Declined);
    }

    // Null when the control plane failed.
    private async Task<ApiReply?> SendAsync(ApiRequest request, CancellationToken ct)
    {
        if (await viewer.SessionAsync() is not { } session)
            return new ApiReply(StatusCodes.Status401Unauthorized, JsonSerializer.SerializeToUtf8Bytes(ApiProblem.Unauthenticated, ApiJson.Options), null);
        try
        {
            return await api.SendAsync(session, request, ct);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogBroken(logger, request.Method, fault);
            return null;
        }
    }

    private static ApiAnswer<T> Read<T>(ApiReply? reply)
    {
        if (reply is null) return new(default, Broken);
        if (reply.Status >= StatusCodes.Status400BadRequest)
        {
            return reply.Body.IsEmpty
                ? new(default, new ApiProblem { Title = "That did not work", Status = reply.Status })
                : new(default, JsonSerializer.Deserialize<ApiProblem>(reply.Body.Span, ApiJson.Answers));
        }

        return typeof(T) == typeof(Nothing) || reply.Body.IsEmpty
            ? new(default, null, reply.ETag)
            : new(JsonSerializer.Deserialize<T>(reply.Body.Span, ApiJson.Answers), null, reply.ETag);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The admin API failed while a page of the console called it ({Method})")]
    private static partial void LogBroken(ILogger logger, string method, Exception fault);
}
