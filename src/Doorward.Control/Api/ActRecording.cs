using Doorward.Control.Audit;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Control.Api;

/// <summary>
/// Puts administrative acts on record: that one is attempted before anything happens, so that nothing happens without a
/// record, and how it ended before the caller is told. Where that last record cannot be written, what is done is done: the
/// caller is told so, and the record is owed.
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
            await TryEndAsync(call.ToRecord("failed"));
            throw;
        }

        var outcome = Outcome(result);
        if (await TryEndAsync(call.ToRecord(outcome)) || outcome != "done") return result;

        // What only reads has not been read yet: it is not done.
        return HttpMethods.IsGet(context.HttpContext.Request.Method)
            ? throw new AuditUnavailableException("not recorded, so not done")
            : DoneWithoutRecord.ToResult();
    }

    private static readonly ApiProblem DoneWithoutRecord = new()
    {
        Title = "Done, but its end is not on record",
        Status = StatusCodes.Status500InternalServerError,
        Detail = "The attempt is on record and the act is done. Then the audit log stopped taking records, so what the act returns is withheld.",
        Fix = "Free disk space; nothing more is done until then. See what is there before you try again.",
    };

    private async Task<bool> TryEndAsync(AuditRecord record)
    {
        try
        {
            await audit.AppendAsync(record, CancellationToken.None);
            return true;
        }
        catch (AuditUnavailableException)
        {
            audit.Owe(record);
            return false;
        }
    }

    private static string Outcome(object? result) => result is IStatusCodeHttpResult { StatusCode: >= 400 and var status }
        ? status is StatusCodes.Status403Forbidden ? "denied" : "refused"
        : "done";
}
