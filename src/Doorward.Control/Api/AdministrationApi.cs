using Doorward.Control.Api.Endpoints;
using Doorward.Control.Api.InProcess;
using Doorward.Control.Applications;
using Doorward.Control.Audit;
using Doorward.Control.Audit.Reading;
using Doorward.Control.Decisions;
using Doorward.Control.Feeds;
using Doorward.Control.Keys;
using Doorward.Control.Overview;
using Doorward.Control.Policies;
using Doorward.Control.Resources;
using Doorward.Control.Roles;
using Doorward.Control.Storage;
using Doorward.Control.Tokens;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Api;

/// <summary>The admin API: <c>/api/v1</c>, described at <c>/openapi/v1.json</c>.</summary>
public static class AdministrationApi
{
    private const string Prefix = "/api/v1";
    private const string Description = "/openapi";

    /// <summary>Registers the API and everything behind it: resources, policies, roles, decisions, tokens.</summary>
    public static IServiceCollection AddAdministration(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(static json => ApiJson.Configure(json.SerializerOptions));
        services.Configure<Microsoft.AspNetCore.Routing.RouteHandlerOptions>(static routes => routes.ThrowOnBadRequest = true);
        services.AddOpenApi("v1", static options => options.ShouldInclude = static endpoint =>
            endpoint.RelativePath?.StartsWith("api/v1", StringComparison.Ordinal) == true);
        services.AddSingleton<RolePolicies>()
            .AddSingleton<AssertionReader>()
            .AddSingleton<PrincipalReader>()
            .AddSingleton<InProcessApi>()
            .AddSingleton(static services => new AssertedSession(services.GetRequiredService<AssertionReader>()))
            .AddSingleton(static services => new CircuitStanding(services.GetRequiredService<IDbContextFactory<DoorwardDb>>()))
            .AddSingleton<ApiAccess>()
            .AddSingleton<ConfirmationDemand>()
            .AddSingleton<UserDirectory>()
            .AddSingleton<TokenIssuer>()
            .AddSingleton<GatewayReader>()
            .AddSingleton<KeyInventory>()
            .AddSingleton<KeyRotation>()
            .AddSingleton<PolicyHistory>()
            .AddSingleton<AccessQuestions>()
            .AddSingleton<DecisionSearch>()
            .AddSingleton<Reach>()
            .AddSingleton<UpstreamTest>()
            .AddSingleton<Explainer>()
            .AddSingleton<RecentRecords>()
            .AddSingleton<NoticeReader>()
            .AddSingleton<OverviewReader>()
            .AddSingleton<AuditSearch>()
            .AddSingleton<AuditVerification>()
            .AddSingleton<PolicyReplay>()
            .AddSingleton<LongQuestions>()
            .AddSingleton<IRecordSink, RecordIntake>()
            .AddSingleton<PresentStanding>()
            .AddSingleton<GrantSearch>()
            .AddSingleton<SessionEvidenceReader>()
            .AddSingleton<RefusalBook>()
            .AddHostedService(static services => services.GetRequiredService<RefusalBook>())
            .AddHostedService<InvalidPolicyNotice>()
            .AddHostedService<DecisionRetention>();
        return services.AddResources();
    }

    /// <summary>Puts the gate before the API and maps it. Comes after routing, and after whatever settles who is at the other end.</summary>
    public static void MapAdministration(this WebApplication app)
    {
        app.UseWhen(static context => IsOurs(context.Request.Path), static branch => branch.UseMiddleware<ApiGate>());
        app.MapOpenApi("/openapi/{documentName}.json").Views("openapi.get");
        var api = app.MapGroup(Prefix).AddEndpointFilter<ActRecording>();
        api.MapMe();
        api.MapConfirmation();
        api.MapApply();
        api.MapResources(app.Services.GetRequiredService<KindTable>());
        api.MapUsers();
        api.MapPeople();
        api.MapReach();
        api.MapUpstreamTest();
        api.MapSessions();
        api.MapGrants();
        api.MapDecisions();
        api.MapTokens();
        api.MapPolicyQuestions();
        api.MapAccessQuestions();
        api.MapPolicyTesting();
        api.MapPolicyWriting();
        api.MapPolicyVersions();
        api.MapPublishedPolicies();
        api.MapPolicySimulation();
        api.MapInstallation();
        api.MapSettings();
        api.MapKeys();
        api.MapCertificates();
        api.MapStorage();
        api.MapOverview();
        api.MapAudit();
        api.MapGateways();
        api.MapDevices();
        api.MapConnectors();
    }

    private static bool IsOurs(PathString path) => path.StartsWithSegments(Prefix) || path.StartsWithSegments(Description);
}
