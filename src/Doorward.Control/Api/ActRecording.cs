using Doorward.Control.Audit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Control.Api;

/// <summary>
/// Puts administrative acts on record: that one is attempted before anything happens, so that nothing happens without a
/// record, and how it ended before the caller is told.
/// </summary>
internal sealed class ActRecording(AuditLog audit) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var call = context.HttpContext.Features.GetRequiredFeature<ApiCall>();
        if (!call.Act.Recorded) return await next(context);
        await audit.AppendAsync(call.ToRecord("attempted"), CancellationToken.None);
        object? result;
        try
        {
            result = await next(context);
        }
        catch (Exception)
        {
            await audit.AppendAsync(call.ToRecord("failed"), CancellationToken.None);
            throw;
        }

        await audit.AppendAsync(call.ToRecord(Outcome(result)), CancellationToken.None);
        return result;
    }

    private static string Outcome(object? result) => result is IStatusCodeHttpResult { StatusCode: >= 400 and var status }
        ? status is StatusCodes.Status403Forbidden ? "denied" : "refused"
        : "done";
}
