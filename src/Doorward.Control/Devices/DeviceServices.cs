using Doorward.Control.Devices.Compliance;
using Doorward.Control.Devices.Enrolment;
using Doorward.Control.Devices.Proofs;
using Doorward.Control.Devices.Providers;
using Doorward.Control.Devices.Reports;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Devices;

/// <summary>Registers and maps what this folder offers.</summary>
internal static class DeviceServices
{
    public static IServiceCollection AddDevices(this IServiceCollection services) => services
        .AddDevicePages()
        .AddSingleton<EnrolmentAttempts>()
        .AddSingleton<TpmManufacturers>()
        .AddSingleton<KeyProof>()
        .AddSingleton<Enrolments>()
        .AddSingleton<DeviceCertificates>()
        .AddSingleton<CertificateOrders>()
        .AddSingleton(static provider => new PreparedRead<AskingDevice>(provider.GetRequiredService<IDbContextFactory<DoorwardDb>>(), AskingDevice.Statement, AskingDevice.Read))
        .AddSingleton<DeviceAuthentication>()
        .AddSingleton<ReportNonces>()
        .AddSingleton<ReportIntake>()
        .AddSingleton<ProofIntake>()
        .AddSingleton<BindingRecords>()
        .AddSingleton<KeylessRecords>()
        .AddSingleton<LinkRefusals>()
        .AddSingleton<DeviceContacts>()
        .AddHostedService(static provider => provider.GetRequiredService<DeviceContacts>())
        .AddSingleton<ProviderIntake>()
        .AddSingleton<ProviderStates>()
        .AddSingleton<ProviderWebhooks>()
        .AddSingleton<ProviderClient>()
        .AddHostedService<ProviderPoller>()
        .AddSingleton<ComplianceOverview>()
        .AddSingleton<RuleTrials>()
        .AddSingleton<DeviceRefusals>()
        .AddSingleton<DeviceSweep>()
        .AddHostedService(static provider => provider.GetRequiredService<DeviceSweep>());

    /// <summary>What sign-in and the pages of people's own devices stand on.</summary>
    public static IServiceCollection AddDevicePages(this IServiceCollection services) => services
        .AddSingleton<EnrolmentLinks>()
        .AddSingleton<RuleBook>()
        .AddSingleton<DeviceWrites>()
        .AddSingleton<ReportLedger>()
        .AddSingleton<DeviceRegister>()
        .AddSingleton<SessionChallenges>()
        .AddSingleton<OwnDevices>();

    public static void MapDevices(this IEndpointRouteBuilder app, string domain)
    {
        app.MapGroup("").RequireHost($"{SystemApplications.AuthLabel}.{domain}").MapEnrolment().MapProviderWebhooks();
        app.MapGroup("").RequireHost($"{SystemApplications.AgentLabel}.{domain}").MapDeviceCalls();
    }
}
