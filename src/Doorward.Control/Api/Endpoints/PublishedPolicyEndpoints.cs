using System.Text.Json;
using Doorward.Control.Policies;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

/// <summary>A policy in force at a glance.</summary>
/// <param name="Says">What its author says of it with <c>@explain</c>, else its first line.</param>
/// <param name="System">Whether it belongs to Doorward itself.</param>
/// <param name="Tests">How many tests are kept with it.</param>
public sealed record PublishedPolicyView(
    string Name, string Says, bool ReportOnly, bool System, long Version, DateTimeOffset Published, string PublishedBy, string? Reason, int Tests);

/// <summary>The policies in force with who published them and when, found by name or by any word of their text.</summary>
internal static class PublishedPolicyEndpoints
{
    private const int LongestSearch = 64, LongestLine = 160;

    public static void MapPublishedPolicies(this IEndpointRouteBuilder api) =>
        api.MapGet("/published-policies", ListAsync).Views("policy.published").Produces<Page<PublishedPolicyView>>().WithTags("Policy");

    private static async Task<IResult> ListAsync(IDbContextFactory<DoorwardDb> databases, string? search, int? limit, string? cursor, CancellationToken ct)
    {
        if (search?.Length > LongestSearch) return ApiProblem.BadRequest("The search is too long.", "search", $"Use up to {LongestSearch} characters.").ToResult();
        var page = new PageRequest(limit, cursor);
        await using var db = await databases.CreateDbContextAsync(ct);
        var policies = db.Policies.AsNoTracking().Include(static p => p.AddedBy).Where(p => p.RetiredById == null && p.Name.CompareTo(page.After) > 0);
        if (search?.Trim() is { Length: > 0 } text)
        {
            var pattern = $"%{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal)}%";
            policies = policies.Where(p => EF.Functions.Like(p.Name, pattern, "\\") || EF.Functions.Like(p.Cedar, pattern, "\\"));
        }

        var found = await policies.OrderBy(static p => p.Name).Take(page.Size + 1).ToListAsync(ct);
        return Answers.Ok(Page<PublishedPolicyView>.Of(found.ConvertAll(View), page, static view => view.Name));
    }

    private static PublishedPolicyView View(PolicyVersion p) =>
        new(p.Name, Says(p), p.ReportOnly, p.System, p.Version, p.AddedBy!.At, p.AddedBy.By, p.AddedBy.Reason, p.TestsJson is { } tests ? JsonElement.Parse(tests).GetArrayLength() : 0);

    private static string Says(PolicyVersion policy)
    {
        var said = RememberedChecks.Of(policy.Name, policy.Cedar).Policy?.Annotations.GetValueOrDefault("explain");
        var line = string.IsNullOrWhiteSpace(said) ? policy.Cedar.Split('\n', 2)[0] : said;
        return line.Length > LongestLine ? line[..LongestLine] + "…" : line;
    }
}
