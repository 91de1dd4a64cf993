using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorward.Control.Audit;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Control.Devices;

/// <summary>How machines are read and answered: small JSON, of bounded size, by the shapes that both ends compile in.</summary>
internal static class DeviceAnswers
{
    /// <summary>More than any message of a device needs. What is longer is not read to its end.</summary>
    public const int LongestBody = 64 * 1024;

    /// <summary>Reads a message and answers it.</summary>
    public static async Task<IResult> AnswerAsync<T>(HttpContext context, JsonTypeInfo<T> type, Func<T, Task<IResult>> answer)
        where T : class
    {
        try
        {
            var (message, problem) = await ReadAsync(context, type);
            return message is null ? Refuse(problem ?? DeviceProblems.Unreadable) : await answer(message);
        }
        catch (AuditUnavailableException)
        {
            return Refuse(DeviceProblems.NoRecord);
        }
    }

    public static IResult Answer<T>(T? answer, DeviceProblem? problem, JsonTypeInfo<T> type)
        where T : class => answer is null ? Refuse(problem ?? DeviceProblems.Unreadable) : Results.Json(answer, type);

    public static IResult Refuse(DeviceProblem problem) => Results.Json(problem, DeviceJson.Default.DeviceProblem, "application/json", StatusOf(problem));

    /// <summary>Reads a message that is not JSON; null when it is too long.</summary>
    public static async Task<byte[]?> ReadBytesAsync(HttpContext context, int most)
    {
        if (context.Request.ContentLength > most) return null;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = most;
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            return body.ToArray();
        }
        catch (BadHttpRequestException problem) when (problem.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return null;
        }
    }

    private static async Task<(T? Message, DeviceProblem? Problem)> ReadAsync<T>(HttpContext context, JsonTypeInfo<T> type)
        where T : class
    {
        if (context.Request.ContentLength > LongestBody) return (null, DeviceProblems.TooLarge);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = LongestBody;
        try
        {
            return (await JsonSerializer.DeserializeAsync(context.Request.Body, type, context.RequestAborted), null);
        }
        catch (BadHttpRequestException problem) when (problem.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (null, DeviceProblems.TooLarge);
        }
        catch (JsonException)
        {
            return (null, DeviceProblems.Unreadable);
        }
    }

    private static int StatusOf(DeviceProblem problem) => problem.Code switch
    {
        "malformed" or "signing-request" => StatusCodes.Status400BadRequest,
        "too-large" => StatusCodes.Status413PayloadTooLarge,
        "no-certificate" or "unknown" or "expired" => StatusCodes.Status401Unauthorized,
        "known-key" or "late" or "replayed" or "clock" or "other-base" or "other-nonce" => StatusCodes.Status409Conflict,
        "too-often" => StatusCodes.Status429TooManyRequests,
        "no-record" => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status403Forbidden,
    };
}
