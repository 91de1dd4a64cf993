using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Certificates;

/// <summary>Registers what this folder offers.</summary>
internal static class CertificateServices
{
    public static IServiceCollection AddCertificates(this IServiceCollection services, string domain, string? ownGateway = null) => services
        .AddSingleton(provider => new ComponentCa(provider.GetRequiredService<DataDirectory>(), domain, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton(provider => new WebCa(provider.GetRequiredService<DataDirectory>(), domain, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<ControlPlaneCertificate>()
        .AddSingleton<ForwardedCertificates>()
        .AddSingleton<GatewayAuthentication>()
        .AddSingleton<GatewayMembers>()
        .AddSingleton(provider => new OwnGateway(ownGateway, provider.GetRequiredService<GatewayMembers>(), provider.GetRequiredService<JoinTokens>()))
        .AddSingleton(provider => new JoinTokens(
            provider.GetRequiredService<ComponentCa>(), provider.GetRequiredService<IDbContextFactory<DoorwardDb>>(), provider.GetRequiredService<TimeProvider>()));
}
