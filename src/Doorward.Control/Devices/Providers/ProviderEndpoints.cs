using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Devices.Providers;

/// <summary>Where providers send what they know, at <c>auth.</c>, for they have no certificate of ours.</summary>
internal static class ProviderEndpoints
{
    public static void MapProviderWebhooks(this IEndpointRouteBuilder auth) =>
        auth.MapPost("/device/provider/{name}", static async (string name, HttpContext context, ProviderWebhooks webhooks) =>
        {
            var body = await DeviceAnswers.ReadBytesAsync(context, ProviderWebhooks.LongestBody);
            var answer = await webhooks.TakeAsync(name, context.Request.Headers, body, context.RequestAborted);
            return answer.IsTaken ? Results.NoContent() : Results.Json(new { code = answer.Code }, statusCode: answer.Status);
        });
}
