using Doorward.Control.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

/// <param name="Path">Where the copy goes, on the machine of the installation, and only at the word of who is on it; else it goes into the data folder's <c>backups</c>.</param>
/// <param name="Reason">Why, for the audit log.</param>
public sealed record BackupBody(string? Path = null, string? Reason = null);

/// <param name="Revision">The copy holds this revision and all before it.</param>
public sealed record BackupAnswer(string Path, long Bytes, long Revision, DateTimeOffset At);

/// <param name="Kind">The database: <c>SQLite</c>.</param>
/// <param name="FreeBytes">What the disk of the data folder has left.</param>
/// <param name="Backup">The last that this installation made, wherever it is now; null when it made none.</param>
public sealed record StorageView(string Kind, string Folder, long DatabaseBytes, long FreeBytes, LastBackup? Backup);

/// <summary>Where the record is kept, and copies of all of it.</summary>
internal static class StorageEndpoints
{
    public static void MapStorage(this IEndpointRouteBuilder api)
    {
        api.MapGet("/storage", Get).Views("storage.get").Produces<StorageView>().WithTags("Installation");
        api.MapPost("/backup", BackupAsync).Acts("installation.backup").Produces<BackupAnswer>().WithTags("Installation");
    }

    private static IResult Get(DataDirectory data, Backup backup)
    {
        try
        {
            return Answers.Ok(new StorageView("SQLite", data.Path, data.DatabaseBytes, data.FreeBytes, backup.Last));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new ApiProblem { Title = "The data folder cannot be read", Status = StatusCodes.Status503ServiceUnavailable, Detail = fault.Message, Fix = $"Look at {data.Path} and its disk on the machine." }.ToResult();
        }
    }

    // A copy holds every key: it never leaves the machine this way, and only who is on it already chooses where it goes.
    private static async Task<IResult> BackupAsync(BackupBody body, HttpContext context, Backup backup, IDbContextFactory<DoorwardDb> databases, TimeProvider time, CancellationToken ct)
    {
        var call = context.Call();
        if (!call.GivesReason(body.Reason, out _)) return Reasons.Problem("reason").ToResult();
        if (body.Path is not null && !call.Principal.IsLocal)
            return ApiProblem.Forbidden("A backup holds every key, so only who is on the machine chooses where it goes.", "Leave the path out, or run doorward backup there.").ToResult();
        if (body.Path is not null && !Path.IsPathFullyQualified(body.Path))
            return ApiProblem.BadRequest("The path is not a whole one.", "path", "Begin it at the root, as in /var/backups/doorward.tar.").ToResult();
        await using var db = await databases.CreateDbContextAsync(ct);
        var revision = await db.Counters.Select(static c => c.Revision).SingleAsync(ct);
        try
        {
            var path = body.Path is null ? await backup.WriteToFolderAsync(ct) : await backup.WriteAsync(body.Path, ct);
            call.Target = Core.Applications.Shown.Text(path);
            call.Details["revision"] = revision;
            return Answers.Ok(new BackupAnswer(path, new FileInfo(path).Length, revision, time.GetUtcNow()));
        }
        catch (InstallationException fault)
        {
            return new ApiProblem { Title = "No backup was made", Status = StatusCodes.Status409Conflict, Detail = fault.Message }.ToResult();
        }
    }
}
