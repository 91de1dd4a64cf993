using Doorward.Control.Devices;
using Doorward.Control.Devices.Compliance;
using Doorward.Control.Devices.Reports;
using Doorward.Control.Storage;
using Doorward.Core.Devices.Posture;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

/// <summary>What a list of devices is narrowed by. Each may be left out.</summary>
internal sealed record DeviceFilter
{
    /// <summary>The name of a person.</summary>
    public string? Owner { get; init; }

    /// <summary>Part of its name or host name.</summary>
    public string? Search { get; init; }

    /// <summary><c>active</c>, <c>held</c> or <c>retired</c>; all that are not retired if left out.</summary>
    public string? Standing { get; init; }

    public bool? Retired { get; init; }

    /// <summary><c>green</c>, <c>yellow</c> or <c>red</c>.</summary>
    public string? Health { get; init; }

    /// <summary>Whether nothing was heard of it for too long.</summary>
    public bool? Stale { get; init; }

    public string? Platform { get; init; }

    /// <summary>A rule that it fails.</summary>
    public string? Rule { get; init; }

    /// <summary>A fact, which is as <c>result</c> says.</summary>
    public string? Fact { get; init; }

    /// <summary><c>fail</c> if left out, <c>pass</c> or <c>unknown</c>.</summary>
    public string? Result { get; init; }
}

/// <summary>Devices in the order of their names, page by page.</summary>
internal static class DeviceLists
{
    private const int LongestSearch = 64;
    private static readonly string[] Standings = ["active", "held", "retired"];
    private static readonly string[] Colours = ["green", "yellow", "red"];
    private static readonly string[] Platforms = ["linux", "macos", "windows"];
    private static readonly string[] Facts = [.. FactNames.All.Select(static fact => fact.Name)];
    private static readonly string[] Results = ["fail", "pass", "unknown"];

    public static async Task<IResult> ListAsync(
        [AsParameters] DeviceFilter filter, IDbContextFactory<DoorwardDb> databases, UserDirectory users, ReportLedger ledger, int? limit, string? cursor, CancellationToken ct)
    {
        if (Problem(filter) is { } problem) return problem.ToResult();
        var page = new PageRequest(limit, cursor);
        await using var db = await databases.CreateDbContextAsync(ct);
        var query = Narrow(db.Devices.AsNoTracking(), filter);
        if (filter.Owner is { } owner)
        {
            var subject = (await users.FindAsync(owner, ct))?.Id ?? "";
            query = query.Where(d => d.OwnerId == subject);
        }

        // Retired ones may have one name; no id is like another.
        if (page.After.Split('\n') is [var name, var id]) query = query.Where(d => d.NormalizedName.CompareTo(name) > 0 || (d.NormalizedName == name && d.Id.CompareTo(id) > 0));
        var found = await query.OrderBy(static d => d.NormalizedName).ThenBy(static d => d.Id).Take(page.Size + 1).ToListAsync(ct);
        var names = await users.NamesAsync(found.Select(static d => d.OwnerId), ct);
        return Answers.Ok(Page<DeviceView>.Of(
            found.ConvertAll(d => DeviceView.Of(d, d.OwnerId is null ? null : names.GetValueOrDefault(d.OwnerId), ledger.LastReportOf(d.Id))), page,
            static view => $"{DeviceNames.Normalize(view.Name)}\n{view.Id}"));
    }

    private static ApiProblem? Problem(DeviceFilter filter) =>
        filter.Search?.Length > LongestSearch ? ApiProblem.BadRequest("The search is too long.", "search", $"Use up to {LongestSearch} characters.")
        : filter is { Fact: null, Result: not null } ? ApiProblem.BadRequest("A result is of a fact, and none is named.", "result", "Say which fact, or leave the result out.")
        : Unknown("standing", filter.Standing, Standings) ?? Unknown("health", filter.Health, Colours) ?? Unknown("platform", filter.Platform, Platforms)
            ?? Unknown("fact", filter.Fact, Facts) ?? Unknown("result", filter.Result, Results);

    private static ApiProblem? Unknown(string field, string? value, string[] known) => value is null || known.Contains(value)
        ? null
        : ApiProblem.BadRequest($"There is no such {field}.", field, $"Write one of: {string.Join(", ", known)}.");

    private static IQueryable<Device> Narrow(IQueryable<Device> devices, DeviceFilter filter)
    {
        var query = (filter.Retired is true ? "retired" : filter.Standing) switch
        {
            "retired" => devices.Where(static d => d.Standing == DeviceStanding.Retired),
            "held" => devices.Where(static d => d.Standing == DeviceStanding.Held),
            "active" => devices.Where(static d => d.Standing == DeviceStanding.Active),
            _ => devices.Where(static d => d.Standing != DeviceStanding.Retired),
        };
        if (filter.Health is { } health) query = query.Where(d => d.Health == health);
        if (filter.Stale is { } stale) query = query.Where(d => d.Stale == stale);
        if (filter.Platform is { } platform) query = query.Where(d => d.Platform == platform);
        if (filter.Rule is { } rule)
        {
            var word = Findings.Rule(rule, holds: false);
            query = query.Where(d => d.Findings.Contains(word));
        }

        if (filter.Fact is { } fact)
        {
            var (pass, fail) = (Findings.Fact(fact, FactState.Pass), Findings.Fact(fact, FactState.Fail));
            query = filter.Result switch
            {
                "pass" => query.Where(d => d.Findings.Contains(pass)),
                "unknown" => query.Where(d => !d.Findings.Contains(pass) && !d.Findings.Contains(fail)), // also one of which nothing was concluded yet
                _ => query.Where(d => d.Findings.Contains(fail)),
            };
        }

        if (string.IsNullOrWhiteSpace(filter.Search)) return query;
        var pattern = LikePattern.Containing(filter.Search.Trim());
        return query.Where(d => EF.Functions.Like(d.Name, pattern, LikePattern.Escape) || EF.Functions.Like(d.HostName, pattern, LikePattern.Escape));
    }
}
