using Doorward.Control.Policies;
using Doorward.Control.Policies.Tests;
using Doorward.Control.Resources.Editing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Resources;

/// <summary>Registers resources and policies.</summary>
public static class ResourceServices
{
    public static IServiceCollection AddResources(this IServiceCollection services) => services
        .AddSingleton<KindTable>()
        .AddSingleton<InstallationReader>()
        .AddSingleton<AdministratorAccess>()
        .AddSingleton<SystemResources>()
        .AddSingleton<PublicationPreview>()
        .AddSingleton<PolicyTesting>()
        .AddSingleton<ResourceEditor>();
}
